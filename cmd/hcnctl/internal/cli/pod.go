package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/containernetworking/cni/libcni"
	"github.com/spf13/cobra"

	"github.com/Microsoft/windows-container-networking/pkg/hcnspec"
	"github.com/Microsoft/windows-container-networking/pkg/hostnet"
)

// podFlags are the flags of pod add about the pod.
type podFlags struct {
	dirs
	file    string // configuration; "" is the one that runtimes use
	ifName  string
	publish []string
	ip, mac string
}

func (a *app) podCommand() *cobra.Command {
	var p podFlags
	add := &cobra.Command{Use: "add ID", Short: "Create a namespace and attach it as a runtime would", Args: cobra.ExactArgs(1),
		Long: "Creates a namespace, runs the configuration's plugins on it with the verb ADD, and prints the CNI result. A failed ADD is " +
			"undone with DEL, as a runtime does.",
		Example: "  hcnctl pod add web --publish 8080:80/tcp\n  hcnctl pod rm web",
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			return a.addPod(ctx, svc, &p, args[0])
		})}
	p.flags(a, add)
	f := add.Flags()
	f.StringVar(&p.file, "conf", "", "configuration (default: the first one of --conf-dir)")
	f.StringVar(&p.ifName, "ifname", "eth0", "name of the interface")
	f.StringSliceVar(&p.publish, "publish", nil, "port of the node and of the pod: 8080:80/tcp")
	f.StringVar(&p.ip, "ip", "", "address to ask for")
	f.StringVar(&p.mac, "mac", "", "MAC address to ask for")
	var r dirs
	rm := &cobra.Command{Use: "rm ID...", Short: "Detach pods that pod add attached, and remove their namespaces", Args: cobra.MinimumNArgs(1),
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			return a.removePods(ctx, svc, r.bin, args)
		})}
	r.flags(a, rm)
	var c dirs
	check := &cobra.Command{Use: "check ID...", Short: "Check pods that pod add attached, with the verb CHECK", Args: cobra.MinimumNArgs(1),
		RunE: a.onHost(func(ctx context.Context, svc hostnet.Service, args []string) error {
			return a.checkPods(ctx, c.bin, args)
		})}
	c.flags(a, check)
	return group("pod", "Pods without containers, to try a configuration on this node", nil, add, rm, check)
}

// runtime returns a runner that calls plugins as a container runtime does, with its record of attachments.
func (a *app) runtime(bin string) *libcni.CNIConfig {
	state := filepath.Join(os.TempDir(), "hcnctl")
	if dir := a.Getenv("HCNEMU_DIR"); dir != "" {
		state = dir
	}
	if data := a.Getenv("ProgramData"); data != "" {
		state = filepath.Join(data, "hcnctl")
	}
	return libcni.NewCNIConfigWithCacheDir([]string{bin}, filepath.Join(state, "pods"), nil)
}

func (a *app) addPod(ctx context.Context, svc hostnet.Service, p *podFlags, id string) error {
	list, err := p.list()
	if err != nil {
		return err
	}
	attachment, err := p.attachment(id)
	if err != nil {
		return err
	}
	cni := a.runtime(p.bin)
	if have, err := cni.GetCachedAttachments(id); err != nil || len(have) > 0 {
		return errors.Join(err, fmt.Errorf("pod %q already exists: hcnctl pod rm %s", id, id))
	}
	ns, err := svc.CreateNamespace(ctx, &hcnspec.Namespace{SchemaVersion: hcnspec.SchemaV2})
	if err != nil {
		return err
	}
	attachment.NetNS = ns.ID
	result, err := cni.AddNetworkList(ctx, list, attachment)
	if err != nil {
		err = fmt.Errorf("ADD of pod %q: %w", id, err)
		return errors.Join(err, cni.DelNetworkList(ctx, list, attachment), svc.DeleteNamespace(ctx, ns.ID))
	}
	return a.document(result)
}

// list returns the configuration to use.
func (p *podFlags) list() (*libcni.NetworkConfigList, error) {
	file := p.file
	if file == "" {
		files, _, err := p.confs()
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("no configuration in %s: specify one with --conf", p.conf)
		}
		file = files[0]
	}
	text, err := os.ReadFile(file) // #nosec G304 -- the operator names the file
	if err != nil {
		return nil, err
	}
	list, err := loadList(file, text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return list, nil
}

// attachment returns the runtime's data about the pod.
func (p *podFlags) attachment(id string) (*libcni.RuntimeConf, error) {
	mappings, err := portMappings(p.publish)
	if err != nil {
		return nil, err
	}
	rt := &libcni.RuntimeConf{ContainerID: id, IfName: p.ifName, Args: [][2]string{{"IgnoreUnknown", "1"},
		{"K8S_POD_NAMESPACE", "default"}, {"K8S_POD_NAME", id}, {"K8S_POD_INFRA_CONTAINER_ID", id}}}
	if len(mappings) > 0 {
		rt.CapabilityArgs = map[string]any{"portMappings": mappings}
	}
	for _, arg := range [][2]string{{"IP", p.ip}, {"MAC", p.mac}} {
		if arg[1] != "" {
			rt.Args = append(rt.Args, arg)
		}
	}
	return rt, nil
}

func (a *app) removePods(ctx context.Context, svc hostnet.Service, bin string, ids []string) error {
	cni := a.runtime(bin)
	for _, id := range ids {
		attachments, err := cni.GetCachedAttachments(id)
		if err != nil {
			return err
		}
		if len(attachments) == 0 {
			return fmt.Errorf("pod %q: %w", id, hostnet.ErrNotFound)
		}
		for _, at := range attachments {
			if err := removeAttachment(ctx, svc, cni, at); err != nil {
				return fmt.Errorf("DEL of pod %q: %w", id, err)
			}
		}
		fmt.Fprintln(a.Stdout, id)
	}
	return nil
}

func removeAttachment(ctx context.Context, svc hostnet.Service, cni *libcni.CNIConfig, at *libcni.NetworkAttachment) error {
	list, rt, err := asRuntime(at)
	if err != nil {
		return err
	}
	if err := cni.DelNetworkList(ctx, list, rt); err != nil {
		return err
	}
	if err := svc.DeleteNamespace(ctx, at.NetNS); err != nil && !errors.Is(err, hostnet.ErrNotFound) {
		return err
	}
	return nil
}

func asRuntime(at *libcni.NetworkAttachment) (*libcni.NetworkConfigList, *libcni.RuntimeConf, error) {
	list, err := libcni.NetworkConfFromBytes(at.Config)
	return list, &libcni.RuntimeConf{ContainerID: at.ContainerID, NetNS: at.NetNS, IfName: at.IfName,
		Args: at.CniArgs, CapabilityArgs: at.CapabilityArgs}, err
}

func (a *app) checkPods(ctx context.Context, bin string, ids []string) error {
	cni := a.runtime(bin)
	for _, id := range ids {
		attachments, err := cni.GetCachedAttachments(id)
		if err != nil {
			return err
		}
		if len(attachments) == 0 {
			return fmt.Errorf("pod %q: %w", id, hostnet.ErrNotFound)
		}
		for _, at := range attachments {
			list, rt, err := asRuntime(at)
			if err != nil {
				return err
			}
			if err := cni.CheckNetworkList(ctx, list, rt); err != nil {
				return fmt.Errorf("CHECK of pod %q: %w", id, err)
			}
		}
		fmt.Fprintln(a.Stdout, id+": unchanged since ADD")
	}
	return nil
}
