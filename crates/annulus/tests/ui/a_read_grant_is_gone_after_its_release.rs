fn main() {
    let (_producer, mut consumer) = annulus::spsc::ring::<u8>(2);
    let grant = consumer.claim_many(0).unwrap();
    grant.release(0);
    grant.as_slices();
}
