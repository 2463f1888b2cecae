//! A simulated network in virtual time: links, NATs, firewalls, loss, queues, roaming.
