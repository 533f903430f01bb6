fn main() {
    let (producer, consumer) = annulus::spmc::ring::<u8>(2);
    let _more = consumer.clone();
    let _second = producer.clone();
}
