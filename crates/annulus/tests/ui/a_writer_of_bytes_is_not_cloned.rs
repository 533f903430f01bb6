fn main() {
    let (writer, _reader) = annulus::bytes::stream(2);
    let _other = writer.clone();
}
