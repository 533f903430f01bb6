fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<String>(2);
    producer.reserve_many(2).unwrap().commit(2);
    producer.reserve().unwrap().commit();
}
