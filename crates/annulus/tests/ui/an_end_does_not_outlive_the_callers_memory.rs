use annulus::spsc::{Control, in_memory};
use std::mem::MaybeUninit;

fn main() {
    let control = Control::new();
    let (mut producer, _consumer) = {
        let mut slots = [const { MaybeUninit::<u8>::uninit() }; 2];
        in_memory(&control, &mut slots)
    };
    producer.push(1).unwrap();
}
