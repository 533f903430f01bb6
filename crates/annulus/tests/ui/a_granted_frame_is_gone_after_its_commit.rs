fn main() {
    let (mut writer, _reader) = annulus::frames::ring(8);
    let mut grant = writer.grant(2).unwrap();
    let bytes = &mut grant[..];
    grant.commit(2);
    bytes[0] = 1;
}
