fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<u8>(2);
    let mut grant = producer.reserve_many(2).unwrap();
    let first: &mut [u8] = grant.as_uninit_slices().0;
    first[0] = 1;
}
