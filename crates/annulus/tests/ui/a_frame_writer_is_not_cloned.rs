fn main() {
    let (writer, _reader) = annulus::frames::ring(2);
    let _other = writer.clone();
}
