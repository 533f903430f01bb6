fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<u8>(2);
    std::thread::scope(|scope| {
        scope.spawn(|| producer.push(1));
        scope.spawn(|| producer.push(2));
    });
}
