fn main() {
    let (_writer, mut reader) = annulus::bytes::stream(2);
    let grant = reader.read().unwrap();
    let bytes = &grant[..];
    grant.release(0);
    println!("{}", bytes[0]);
}
