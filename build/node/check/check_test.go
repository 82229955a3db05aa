// Package check validates build/node's manifests against the Kubernetes API: every field must exist in the API, and
// kubectl must accept the file. It is a separate module to keep the Kubernetes types away from the executables.
package check

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

const manifest = "../daemonset.yaml"

func TestFieldsAreThoseOfTheAPI(t *testing.T) {
	configMap, daemonSet := decode(t, read(t))
	if configMap.Data["intent.yaml"] == "" {
		t.Error("the ConfigMap has no intent.yaml")
	}
	spec := daemonSet.Spec.Template.Spec
	// Kubernetes' requirements for HostProcess pods
	// (https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/).
	if !spec.HostNetwork || spec.NodeSelector["kubernetes.io/os"] != "windows" {
		t.Errorf("hostNetwork %v, nodeSelector %v", spec.HostNetwork, spec.NodeSelector)
	}
	if w := spec.SecurityContext.WindowsOptions; !*w.HostProcess || *w.RunAsUserName != `NT AUTHORITY\SYSTEM` {
		t.Errorf("windowsOptions %+v", w)
	}
	if got, want := daemonSet.Spec.Selector.MatchLabels, daemonSet.Spec.Template.Labels; got["app.kubernetes.io/name"] != want["app.kubernetes.io/name"] {
		t.Errorf("the selector %v does not select the pods %v", got, want)
	}
}

func TestUnknownFieldIsRefused(t *testing.T) {
	broken := bytes.Replace(read(t), []byte("hostProcess:"), []byte("hostProces:"), 1)
	err := decodeErr(broken)
	if err == nil || !strings.Contains(err.Error(), `unknown field "hostProces"`) {
		t.Errorf("error %v, want the unknown field", err)
	}
}

// kubectl's client-side dry run asks a server for the existing kinds; this one answers nothing else.
func TestKubectlDryRun(t *testing.T) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		if os.Getenv("REQUIRE_ALL") == "1" {
			t.Fatal("kubectl is required here (REQUIRE_ALL=1); Debian has it in kubernetes-client")
		}
		t.Skip("no kubectl on this machine; the other tests hold the manifest against the API types")
	}
	server := httptest.NewServer(discovery())
	defer server.Close()
	cmd := exec.Command(kubectl, "--server", server.URL, "create", "--dry-run=client", "--validate=false", "-f", manifest)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "KUBECONFIG=")
	out, err := cmd.CombinedOutput()
	want := "configmap/hcnctl created (dry run)\ndaemonset.apps/hcnctl created (dry run)\n"
	if err != nil || string(out) != want {
		t.Errorf("kubectl: %v\n%s", err, out)
	}
}

func discovery() http.Handler {
	answers := map[string]string{
		"/api":          `{"kind":"APIVersions","versions":["v1"]}`,
		"/apis":         `{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"groupVersion":"apps/v1","version":"v1"}}]}`,
		"/api/v1":       `{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"configmaps","singularName":"configmap","namespaced":true,"kind":"ConfigMap","verbs":["create","get"]}]}`,
		"/apis/apps/v1": `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1","resources":[{"name":"daemonsets","singularName":"daemonset","namespaced":true,"kind":"DaemonSet","verbs":["create","get"]}]}`,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, known := answers[r.URL.Path]
		if !known || !json.Valid([]byte(answer)) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(answer))
	})
}

func read(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(manifest)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func decode(t *testing.T, text []byte) (corev1.ConfigMap, appsv1.DaemonSet) {
	t.Helper()
	var configMap corev1.ConfigMap
	var daemonSet appsv1.DaemonSet
	if err := decodeInto(text, &configMap, &daemonSet); err != nil {
		t.Fatal(err)
	}
	return configMap, daemonSet
}

func decodeErr(text []byte) error {
	return decodeInto(text, new(corev1.ConfigMap), new(appsv1.DaemonSet))
}

func decodeInto(text []byte, objects ...any) error {
	documents := bytes.Split(text, []byte("\n---\n"))
	for i, object := range objects {
		if err := yaml.UnmarshalStrict(documents[i], object); err != nil {
			return err
		}
	}
	return nil
}
