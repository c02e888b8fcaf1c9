//! The socket and the visits behind it, as a browser meets them: a real server on loopback, a
//! real store on disk, a real client. The test itself holds the media plane's queues.

mod attend;
mod captions;
mod care;
mod house;
mod interpreting;
mod lesson;
mod lobby;
mod manners;
mod matrix;
mod media;
mod page;
mod quality;
mod recording;
mod seat;
mod sleep;
