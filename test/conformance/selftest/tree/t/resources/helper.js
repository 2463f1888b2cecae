function fromHelper() { return shared + 1; }
