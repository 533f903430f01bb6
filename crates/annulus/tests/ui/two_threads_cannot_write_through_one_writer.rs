fn main() {
    let (mut writer, _reader) = annulus::bytes::stream(2);
    std::thread::scope(|scope| {
        scope.spawn(|| writer.push_slice(&[1]));
        scope.spawn(|| writer.push_slice(&[2]));
    });
}
