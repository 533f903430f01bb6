fn main() {
    let (_writer, mut reader) = annulus::frames::ring(8);
    let frame = reader.read().unwrap();
    let bytes = &frame[..];
    frame.release();
    println!("{}", bytes[0]);
}
