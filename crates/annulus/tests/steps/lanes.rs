//! A mesh: as many steps as its documents say, whatever the other ends do between any two of them.
use super::{Most, Random};
use annulus::mpmc::lanes::{Consumer, Producer, lanes};
use annulus_protocol::sync::steps::{Steps, watch};
use std::cell::RefCell;
use std::rc::Rc;

type End<E> = Rc<RefCell<Option<E>>>;

/// All ends of a mesh; one that is in the middle of an operation is borrowed, so the others leave it alone.
#[derive(Clone)]
struct Mesh {
    producers: Vec<End<Producer<u32>>>,
    consumers: Vec<End<Consumer<u32>>>,
}

impl Mesh {
    fn new(producers: usize, consumers: usize, capacity: usize) -> Self {
        let (producers, consumers) = lanes(producers, consumers, capacity);
        Self {
            producers: producers.into_iter().map(|end| Rc::new(RefCell::new(Some(end)))).collect(),
            consumers: consumers.into_iter().map(|end| Rc::new(RefCell::new(Some(end)))).collect(),
        }
    }

    /// Somebody does something. Ends go only if they `may_go`.
    fn act(&self, random: &mut Random, may_go: bool) {
        if random.below(2) == 0 {
            let which = random.below(self.producers.len());
            let Ok(mut end) = self.producers[which].try_borrow_mut() else { return };
            let Some(producer) = end.as_mut() else { return };
            match random.below(60) {
                0 if may_go => *end = None,
                1 if may_go => producer.close(),
                2..20 => _ = producer.push_slice(&[1; 40][..random.below(40)]),
                20 => drop(producer.reserve_up_to(2)),
                _ => _ = producer.push(1),
            }
        } else {
            let which = random.below(self.consumers.len());
            let Ok(mut end) = self.consumers[which].try_borrow_mut() else { return };
            let Some(consumer) = end.as_mut() else { return };
            match random.below(60) {
                0 if may_go => *end = None,
                1 if may_go => consumer.close(),
                2..20 => _ = consumer.pop_slice(&mut [0; 40][..random.below(40)]),
                20 => drop(consumer.claim_up_to(2)),
                _ => _ = consumer.pop(),
            }
        }
    }

    /// Counts the steps of `operation` on one end, the others acting before each of them.
    fn measure<E, R>(
        &self,
        end: &End<E>,
        random: &mut Random,
        may_go: bool,
        operation: impl FnOnce(&mut E) -> R,
    ) -> Option<Steps> {
        let mut end = end.borrow_mut();
        let end = end.as_mut()?;
        let (others, mut chance, busy) = (self.clone(), random.split(), random.below(4));
        let before = move |_| (0..busy).for_each(|_| others.act(&mut chance, may_go));
        Some(watch(before, || operation(end)).1)
    }
}

#[test]
fn every_operation_takes_no_more_steps_than_its_documents_say() {
    let mut most = Most::default();
    let mut random = Random(1);
    for round in 0..1_500 {
        let shape = [(1, 1), (2, 2), (3, 3), (1, 3), (3, 1)][round % 5];
        let capacity = [1, 2, 3, 64, 1000][round / 5 % 5];
        let may_go = round / 25 % 2 == 1;
        let mesh = Mesh::new(shape.0, shape.1, capacity);
        for _ in 0..random.below(60) {
            mesh.act(&mut random, may_go);
        }
        for _ in 0..30 {
            push_somehow(&mesh, &mut random, may_go, &mut most);
            pop_somehow(&mesh, &mut random, may_go, &mut most);
        }
    }
    most.stays_near_the_bounds_and_exchanges_nothing();
}

fn push_somehow(mesh: &Mesh, random: &mut Random, may_go: bool, most: &mut Most) {
    let (lanes, n) = (mesh.consumers.len(), random.below(5));
    let end = &mesh.producers[random.below(mesh.producers.len())];
    let mut measure = |what, bound, operation: &mut dyn FnMut(&mut Producer<u32>)| {
        if let Some(steps) = mesh.measure(end, random, may_go, operation) {
            most.saw(what, lanes, steps, bound);
        }
    };
    measure("push", 3 * lanes + 2, &mut |end| _ = end.push(1));
    measure("reserve", 3 * lanes + 2, &mut |end| {
        if let Ok(slot) = end.reserve() {
            slot.write(1);
        }
    });
    measure("reserve_up_to", 3 * lanes + 3, &mut |end| {
        if let Ok(grant) = end.reserve_up_to(n) {
            grant.fill_with(|| 1);
        }
    });
    measure("push_slice", 5 * lanes, &mut |end| _ = end.push_slice(&[1; 5][..n]));
    measure("push_iter", 6 * lanes, &mut |end| _ = end.push_iter([1; 5]));
    measure("vacant", 2 * lanes, &mut |end| _ = end.vacant());
    measure("is_full", 2 * lanes, &mut |end| _ = end.is_full());
    measure("is_closed of a producer", lanes, &mut |end| _ = end.is_closed());
    if may_go && n == 0 {
        measure("close of a producer", lanes, &mut |end| end.close());
    }
}

fn pop_somehow(mesh: &Mesh, random: &mut Random, may_go: bool, most: &mut Most) {
    let (lanes, n) = (mesh.producers.len(), random.below(5));
    let end = &mesh.consumers[random.below(mesh.consumers.len())];
    let mut measure = |what, bound, operation: &mut dyn FnMut(&mut Consumer<u32>)| {
        if let Some(steps) = mesh.measure(end, random, may_go, operation) {
            most.saw(what, lanes, steps, bound);
        }
    };
    measure("pop", 10 * lanes + 3, &mut |end| _ = end.pop());
    measure("claim", 8 * lanes + 3, &mut |end| drop(end.claim()));
    measure("claim_up_to", 8 * lanes + 7, &mut |end| {
        if let Ok(grant) = end.claim_up_to(n) {
            let n = grant.len() / 2;
            grant.release(n);
        }
    });
    measure("pop_slice", 5 * lanes, &mut |end| _ = end.pop_slice(&mut [0; 5][..n]));
    measure("drain", 7 * lanes, &mut |end| _ = end.drain().count());
    measure("len", lanes, &mut |end| _ = end.len());
    measure("is_empty", lanes, &mut |end| _ = end.is_empty());
    measure("is_closed of a consumer", 2 * lanes, &mut |end| _ = end.is_closed());
    if may_go && n == 0 {
        measure("close of a consumer", lanes + 1, &mut |end| end.close());
    }
}
