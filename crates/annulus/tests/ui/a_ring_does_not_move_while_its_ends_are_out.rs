use annulus::spsc::Ring;

fn main() {
    let mut ring = Ring::<u8, 2>::new();
    let (mut producer, _consumer) = ring.split();
    let _moved = ring;
    producer.push(1).unwrap();
}
