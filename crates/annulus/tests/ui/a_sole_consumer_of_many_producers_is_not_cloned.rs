fn main() {
    let (producer, consumer) = annulus::mpsc::ring::<u8>(2);
    let _more = producer.clone();
    let _second = consumer.clone();
}
