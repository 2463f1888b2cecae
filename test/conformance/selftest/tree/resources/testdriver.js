self.test_driver = {};
self.test_driver_internal = {};
