package functions

// hostState is how far a host name has been read.
type hostState uint8

const (
	hostDomainFirst  hostState = iota // behind a dot
	hostDomainSecond                  // behind a dot and a letter
	hostDomain                        // behind a dot and letters: it may end here
	hostPortFirst
	hostPort
	hostNext // behind - or _
	hostAny  // in a part with digits, which cannot be the last
)

// host reads on at i what may be a host name, with a port and a path behind
// it. It may turn out to be the part of an address before the @ as well. Where
// reading on fails, the host ends at the last place that could be its end.
func (p *tsScanner) host(i int, st hostState) bool {
	end := -1
	for {
		r, _ := p.char(i)
		letter, digit := asciiLetter(r), asciiDigit(r)
		next, ok := st, true
		switch st {
		case hostDomainFirst, hostNext:
			switch {
			case letter && st == hostDomainFirst:
				next = hostDomainSecond
			case letter || digit:
				next = hostAny
			default:
				ok = false
			}
		case hostPortFirst:
			next, ok = hostPort, digit
		case hostPort:
			if !digit {
				return p.hostEnd(i)
			}
		case hostDomain:
			switch {
			case letter:
			case digit:
				next = hostAny
			case r == ':' || r == '-' || r == '_' || r == '.':
				end = i
				next = afterHostMark(r)
			case r == '@' && p.email(i+1):
				return true
			default:
				return p.hostEnd(i)
			}
		default: // hostDomainSecond, hostAny
			switch {
			case letter && st == hostDomainSecond:
				next = hostDomain
			case letter || digit:
				next = hostAny
			case r == '-' || r == '_' || r == '.':
				next = afterHostMark(r)
			default:
				if r == '@' && p.email(i+1) {
					return true
				}
				ok = false
			}
		}
		if !ok {
			return end >= 0 && p.hostEnd(end)
		}
		i, st = i+1, next
	}
}

func afterHostMark(r rune) hostState {
	switch r {
	case '.':
		return hostDomainFirst
	case ':':
		return hostPortFirst
	}
	return hostNext
}

// hostEnd ends a host name at i, unless a path makes a URL of it.
func (p *tsScanner) hostEnd(i int) bool {
	if p.stopHost(i) {
		p.mode = tsURLPath
		return p.emit(tokHost, i)
	}
	if i < len(p.s) && p.s[i] == '/' {
		if end := p.urlChars(i + 1); end > i+1 {
			start := p.at
			p.emit(tokURL, end)
			p.at, p.wantHost = start, true // again, in parts
			return true
		}
	}
	return p.emit(tokHost, i)
}

// stopHost reports whether the host was due, and then is no more.
func (p *tsScanner) stopHost(i int) bool {
	due := p.wantHost && i < len(p.s)
	if due {
		p.wantHost = false
	}
	return due
}

// email reads the host of an address behind its @.
func (p *tsScanner) email(i int) bool {
	if p.wantHost {
		p.wantHost = false
		return false
	}
	sub := tsScanner{s: p.s[i:], wantHost: true, depth: p.depth + 1}
	if ok := sub.next(); !ok || sub.kind != tokHost {
		p.err = sub.err
		return false
	}
	return p.emit(tokEmail, i+len(sub.token))
}

// fileState is how far a path has been read.
type fileState uint8

const (
	fileFirst fileState = iota // behind a slash
	fileHome                   // behind ~
	fileDots                   // behind a dot at the beginning of a part
	fileDot                    // behind a dot at the beginning
	fileUp                     // behind two dots
	fileIn
)

// file reads on at i what may be the path of a file; where reading on fails it
// ends at the last place that could be its end.
func (p *tsScanner) file(i int, st fileState) bool {
	end := -1
	for {
		r, n := p.char(i)
		name := asciiLetter(r) || asciiDigit(r) || r == '_'
		next, ok := fileIn, name
		switch st {
		case fileFirst:
			if r == '.' {
				next, ok = fileDots, true
			} else if r == '~' {
				next, ok = fileHome, true
			}
		case fileHome:
			if r == '/' {
				next, ok = fileFirst, true
			}
		case fileDots, fileDot:
			if st == fileDot {
				ok = false
			}
			if r == '.' {
				next, ok = fileUp, true
			} else if r == '/' {
				next, ok = fileFirst, true
			}
		case fileUp:
			if n == 0 || tsSpaceRune(r) {
				return p.emit(tokFile, i)
			}
			if ok = r == '/'; ok {
				end, next = i, fileFirst
			}
		case fileIn:
			switch {
			case name || r == '-':
				ok = true
			case r == '/':
				end, next, ok = i, fileFirst, true
			case r == '.' && p.nameAt(i+1):
				ok = true
			default:
				return p.emit(tokFile, i)
			}
		}
		if !ok {
			return end >= 0 && p.emit(tokFile, end)
		}
		i, st = i+1, next
	}
}

// nameAt reports whether a character of a file's name is at i.
func (p *tsScanner) nameAt(i int) bool {
	r, _ := p.char(i)
	return asciiLetter(r) || asciiDigit(r) || r == '_'
}

// fileNext reads a file's name on behind a dot.
func (p *tsScanner) fileNext(i int) bool { return p.nameAt(i) && p.file(i+1, fileIn) }
