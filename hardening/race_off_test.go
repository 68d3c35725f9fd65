//go:build !race

package hardening

const raceDetector = false
