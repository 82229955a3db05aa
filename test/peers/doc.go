// Package peers compares the HCN documents and the CNI results of this project's plugins with those of plugins that
// work on real nodes, recorded for the same configurations. All of it is test code: see peers_test.go.
package peers
