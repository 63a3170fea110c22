/// Nothing to call: linked into the tests, it tells ThreadSanitizer what Swift's `Mutex` does. See mutex.c.
