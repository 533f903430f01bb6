use std::rc::Rc;

fn main() {
    let (mut producer, _consumer) = annulus::spsc::ring::<Rc<u8>>(2);
    std::thread::spawn(move || producer.push(Rc::new(1)).is_ok());
}
