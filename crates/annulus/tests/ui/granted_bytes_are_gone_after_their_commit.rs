fn main() {
    let (mut writer, _reader) = annulus::bytes::stream(2);
    let mut grant = writer.grant_exact(2).unwrap();
    let bytes = &mut grant[..];
    grant.commit(2);
    bytes[0] = 1;
}
