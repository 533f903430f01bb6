use std::rc::Rc;

fn main() {
    let (producer, consumer) = annulus::mpmc::ring::<Rc<u8>>(2);
    std::thread::spawn(move || producer.push(Rc::new(1)).is_ok());
    std::thread::spawn(move || consumer.pop().is_ok());
}
