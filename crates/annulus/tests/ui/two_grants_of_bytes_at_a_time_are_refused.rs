fn main() {
    let (mut writer, _reader) = annulus::bytes::stream(2);
    let first = writer.grant_exact(1).unwrap();
    let second = writer.grant_exact(1).unwrap();
    first.commit(1);
    second.commit(1);
}
