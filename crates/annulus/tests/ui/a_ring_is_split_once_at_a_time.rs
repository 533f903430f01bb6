use annulus::spsc::Ring;

fn main() {
    let mut ring = Ring::<u8, 2>::new();
    let (mut first, _consumer) = ring.split();
    let (mut second, _also) = ring.split();
    first.push(1).unwrap();
    second.push(2).unwrap();
}
