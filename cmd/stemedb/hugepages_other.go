//go:build !linux

package main

// adviseHugePages does nothing here.
func adviseHugePages() {}
