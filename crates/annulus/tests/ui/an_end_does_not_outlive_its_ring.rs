use annulus::spsc::Ring;

fn main() {
    let (mut producer, _consumer) = {
        let mut ring = Ring::<u8, 2>::new();
        ring.split()
    };
    producer.push(1).unwrap();
}
