fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<u8>(2);
    let mut grant = producer.reserve_many(2).unwrap();
    unsafe { grant.commit(0) };
    grant.as_uninit_slices().0[0].write(1);
}
