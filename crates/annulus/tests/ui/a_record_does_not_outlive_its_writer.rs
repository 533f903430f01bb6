fn main() {
    let record = {
        let (writer, _reader) = annulus::records::ring(64);
        writer.reserve(1).unwrap()
    };
    record.commit(1);
}
