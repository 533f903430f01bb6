fn main() {
    let (mut writer, mut reader) = annulus::frames::ring(8);
    let first = writer.grant(1).unwrap();
    let second = writer.grant(1).unwrap();
    first.commit(1);
    second.commit(1);
    let first = reader.read().unwrap();
    let second = reader.read().unwrap();
    first.release();
    second.release();
}
