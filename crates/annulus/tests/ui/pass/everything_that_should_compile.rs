use annulus::spsc::Ring;

static RING: Ring<String, 3> = Ring::new();

fn main() {
    let (mut producer, mut consumer) = RING.try_split().unwrap();
    std::thread::spawn(move || producer.push(String::from("one"))).join().unwrap().unwrap();
    assert_eq!(consumer.peek().map(String::as_str), Some("one"));
    let text = String::from("longer than the ends");
    let (mut producer, consumer) = annulus::spsc::ring(2);
    producer.push(text.as_str()).unwrap();
    std::thread::scope(|scope| {
        let _ = scope.spawn(|| (consumer.len(), format!("{consumer:?}")));
        (consumer.len(), consumer.capacity());
    });
}
