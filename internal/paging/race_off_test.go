//go:build !race

package paging_test

const raceDetector = false
