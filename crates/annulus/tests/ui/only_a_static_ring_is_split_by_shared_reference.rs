use annulus::spsc::Ring;

fn main() {
    let ring = Ring::<u8, 2>::new();
    let _ends = ring.try_split();
}
