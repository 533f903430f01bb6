use std::rc::Rc;

fn main() {
    let (_producer, mut consumer) = annulus::spsc::ring::<Rc<u8>>(2);
    std::thread::spawn(move || consumer.pop().is_ok());
}
