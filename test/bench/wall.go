package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/Microsoft/windows-container-networking/test/harness"
)

// wall prints ADD+DEL wall time as a ratio to the time of its HCN calls (calls × latency), and in milliseconds if a
// call costs nothing.
func (b *bench) wall() error {
	for _, latency := range []time.Duration{0, 2 * time.Millisecond, 10 * time.Millisecond} {
		took, calls, err := b.addDel(latency)
		if err != nil {
			return err
		}
		switch latency {
		case 0:
			b.print("wall_add_del_0ms", float64(took.Microseconds())/1000, "ms")
		case 10 * time.Millisecond:
			b.print("wall_ratio_add_del", float64(took)/float64(time.Duration(calls)*latency), "ratio")
		default:
			b.print(fmt.Sprintf("wall_ratio_add_del_%dms", latency.Milliseconds()), float64(took)/float64(time.Duration(calls)*latency), "ratio")
		}
	}
	return nil
}

// addDel returns the median time of an ADD and its DEL, and their HCN calls.
func (b *bench) addDel(latency time.Duration) (time.Duration, int, error) {
	var times []time.Duration
	var calls int
	err := b.withNode(latency.String(), hostLocal, func(n *node) error {
		pod, err := n.NewPod(context.Background(), "measured")
		if err != nil {
			return err
		}
		for range b.scale(20, 3) {
			start := time.Now()
			calls, _, err = n.calls(func() error {
				if _, err := n.verb("ADD", pod, n.conf); err != nil {
					return err
				}
				_, err := n.verb("DEL", pod, n.conf)
				return err
			})
			if err != nil {
				return err
			}
			times = append(times, time.Since(start))
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	return median(times), calls, nil
}

// growth prints the calls of the verbs on nodes with increasing numbers of endpoints.
func (b *bench) growth() error {
	for _, others := range []int{1, 100, 1000, 5000} {
		if b.quick && others > 100 {
			break
		}
		c, err := b.count(hostLocal, others)
		if err != nil {
			return err
		}
		for _, verb := range []string{"ADD", "DEL", "CHECK", "STATUS"} {
			b.print(fmt.Sprintf("hcn_calls_%s_at_%d_endpoints", lower(verb), others), c.calls[verb], "calls")
		}
	}
	return nil
}

// parallel prints how long concurrent ADDs take, as a ratio to the sum of their HCN calls: the service answers one call
// at a time, so 1 is the minimum.
func (b *bench) parallel() error {
	for _, at := range []int{1, 8, 32, 100} {
		ratio, err := b.atOnce(at, 5*time.Millisecond)
		if err != nil {
			return err
		}
		b.print(fmt.Sprintf("parallel_%d_ratio", at), ratio, "ratio")
	}
	return nil
}

func (b *bench) atOnce(pods int, latency time.Duration) (float64, error) {
	var ratio float64
	err := b.withNode(latency.String(), hostLocal, func(n *node) error {
		all := make([]*harness.Pod, pods)
		for i := range all {
			pod, err := n.NewPod(context.Background(), fmt.Sprintf("pod%d", i))
			if err != nil {
				return err
			}
			all[i] = pod
		}
		var took time.Duration
		_, ms, err := n.calls(func() error {
			start := time.Now()
			defer func() { took = time.Since(start) }()
			return n.addAll(all)
		})
		ratio = float64(took.Microseconds()) / 1000 / ms
		return err
	})
	return ratio, err
}

func (n *node) addAll(pods []*harness.Pod) error {
	errs := make([]error, len(pods))
	var wg sync.WaitGroup
	for i, pod := range pods {
		wg.Go(func() { _, errs[i] = n.verb("ADD", pod, n.conf) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
