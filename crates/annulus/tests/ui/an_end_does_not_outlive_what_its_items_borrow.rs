fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring(2);
    {
        let text = String::from("short");
        producer.push(text.as_str()).unwrap();
    }
}
