// The socket API.
