use annulus::mpmc::Ring;

fn main() {
    let clone = {
        let mut ring = Ring::<u8, 2>::new();
        let (producer, _consumer) = ring.split();
        producer.clone()
    };
    clone.push(1).unwrap();
}
