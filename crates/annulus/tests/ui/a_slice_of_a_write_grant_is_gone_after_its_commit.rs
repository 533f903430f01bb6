fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<u8>(2);
    let mut grant = producer.reserve_many(2).unwrap();
    let (slots, _) = grant.as_uninit_slices();
    slots[0].write(1);
    unsafe { grant.commit(1) };
    slots[0].write(2);
}
