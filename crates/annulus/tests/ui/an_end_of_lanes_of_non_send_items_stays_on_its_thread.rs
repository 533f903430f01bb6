use std::rc::Rc;

fn main() {
    let (mut producers, mut consumers) = annulus::mpmc::lanes::<Rc<u8>>(1, 1, 2);
    std::thread::spawn(move || producers[0].push(Rc::new(1)).is_ok());
    std::thread::spawn(move || consumers[0].pop().is_ok());
}
