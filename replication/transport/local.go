package transport

import "net"

// localAddr is the address that a connection to another node comes from: that of
// the listener, so that firewalls can tell by their source which connections are a
// node's; nil: whichever the system takes. It takes one when the node listens on
// every address, and when one end is beyond loopback and the other is not, which
// is a node behind a tunnel.
func (m *Mux) localAddr(to string) net.Addr {
	own, ok := m.opts.Listener.Addr().(*net.TCPAddr)
	if !ok || own.IP.IsUnspecified() {
		return nil
	}
	host, _, err := net.SplitHostPort(to)
	if err != nil {
		return nil
	}
	// A name's addresses are not known yet; that of the other end may be of
	// another family than the listener's.
	ip := net.ParseIP(host)
	if ip == nil || ip.IsLoopback() != own.IP.IsLoopback() || (ip.To4() == nil) != (own.IP.To4() == nil) {
		return nil
	}
	return &net.TCPAddr{IP: own.IP, Zone: own.Zone}
}
