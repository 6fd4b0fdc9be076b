{{/* Values that contradict each other or the cluster end the rendering with one sentence. */}}
{{- define "autoglm.validate" -}}
{{- if not .Values.image.registry -}}
{{- fail "image.registry is missing: give the registry that your nodes pull the images from, as in --set image.registry=registry.example.com." -}}
{{- end -}}
{{- if gt (len (include "autoglm.fullname" .)) 28 -}}
{{- fail (printf "The name %s has more than 28 characters, and the names that are made from it would be too long for Kubernetes: install under a shorter release name or set fullnameOverride." (include "autoglm.fullname" .)) -}}
{{- end -}}
{{- if and .Values.apiKeys.open .Values.apiKeys.existingSecret -}}
{{- fail "apiKeys.open admits everybody, so the keys in apiKeys.existingSecret would mean nothing: set one of the two." -}}
{{- end -}}
{{- include "autoglm.validateModels" . -}}
{{- include "autoglm.validateGpu" . -}}
{{- include "autoglm.validateAutoscaling" . -}}
{{- include "autoglm.validateNetwork" . -}}
{{- include "autoglm.validateConfig" . -}}
{{- end -}}

{{- define "autoglm.validateModels" -}}
{{- $seen := dict -}}
{{- $weights := dict -}}
{{- $aliases := dict -}}
{{- range $index, $group := include "autoglm.groups" . | fromJsonArray -}}
{{- $where := ternary (printf "models[%d]" $index) "model" (gt (len $.Values.models) 0) -}}
{{- if not $group.bundleId -}}
{{- fail (printf "%s.bundleId is missing: all names of a model's objects end in its first eight digits; 'autoglm bundle-id <checkpoint>' prints it, and 'autoglm inspect <bundle>' for what is compiled." $where) -}}
{{- end -}}
{{- if hasKey $seen $group.id -}}
{{- fail (printf "%s has the same bundleId as another model (%s): a bundle is served once, under one name and its aliases." $where $group.id) -}}
{{- end -}}
{{- $_ := set $seen $group.id true -}}
{{- $_ := set $weights $group.servedName (add (index $weights $group.servedName | default 0) (int $group.weight)) -}}
{{- if $group.aliases -}}
{{- $_ := set $aliases $group.servedName (append (index $aliases $group.servedName | default list) (sortAlpha $group.aliases | join ", ") | uniq) -}}
{{- end -}}
{{- if and (eq $group.source "pvc") (not $group.pvc.claimName) -}}
{{- fail (printf "%s.source is pvc, and %s.pvc.claimName does not say which claim holds the checkpoint or bundle." $where $where) -}}
{{- end -}}
{{- if eq $group.source "image" -}}
{{- if not $group.image.reference -}}
{{- fail (printf "%s.source is image, and %s.image.reference does not say which image holds the checkpoint or bundle." $where $where) -}}
{{- end -}}
{{- if semverCompare "<1.33.0-0" $.Capabilities.KubeVersion.Version -}}
{{- fail (printf "%s.source is image, and mounting an image needs Kubernetes 1.33 or newer; this is %s." $where $.Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $group.source "https") (not (and $group.https.url $group.https.sha256)) -}}
{{- fail (printf "%s.source is https: it needs %s.https.url, a folder with a file SHA256SUMS, and %s.https.sha256, the SHA-256 of that file." $where $where $where) -}}
{{- end -}}
{{- if and (include "autoglm.isProvisioned" $group) (not (or (has "ReadWriteMany" $group.storage.accessModes) (has "ReadOnlyMany" $group.storage.accessModes))) -}}
{{- fail (printf "%s.storage.accessModes has no ReadWriteMany: pods on several nodes mount the bundle. Where no storage class offers that, put the bundle into an image (model.source: image, model.format: bundle)." $where) -}}
{{- end -}}
{{- range $backend := $group.backends -}}
{{- if eq $backend.device "gpu" -}}
{{- if eq $group.source "embedded" -}}
{{- fail (printf "%s.source is embedded, a small model for trying the system on CPUs: set %s.device to cpu, or give a model for the GPU." $where $backend.kind) -}}
{{- end -}}
{{- if and (ne $group.format "bundle") (has $group.compile.precision (list "fp32" "int8" "int4")) -}}
{{- fail (printf "%s.compile.precision %s is for CPUs, and %s.device is gpu: compile to bf16, fp16 or int4-fp16." $where $group.compile.precision $backend.kind) -}}
{{- end -}}
{{- else if and (eq $backend.kind "decoder") (ne $group.format "bundle") (has $group.compile.precision (list "bf16" "fp16" "int4-fp16")) -}}
{{- fail (printf "%s.compile.precision %s is for GPUs, and decoder.device is cpu: compile to fp32, int8 or int4." $where $group.compile.precision) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if gt (len $aliases) 1 -}}
{{- fail (printf "Models served as %s have aliases: only one name can have some." (keys $aliases | sortAlpha | join " and as ")) -}}
{{- end -}}
{{- range $name, $lists := $aliases -}}
{{- if gt (len $lists) 1 -}}
{{- fail (printf "Models served as %s have different aliases (%s): aliases belong to the name, so give each of them the same." $name (join "; " $lists)) -}}
{{- end -}}
{{- end -}}
{{- range $name, $weight := $weights -}}
{{- if eq (int $weight) 0 -}}
{{- fail (printf "Every model served as %s has weight 0, so that no request would be served: give one of them a weight." $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "autoglm.validateGpu" -}}
{{- if and .Values.rollout.spareGpu (eq .Values.engineCache.scope "replica") -}}
{{- fail "rollout.spareGpu: true starts a new pod before the old one ends, and with engineCache.scope: replica each pod has a claim and a place of its own: set engineCache.scope to shared, on a storage class with ReadWriteMany." -}}
{{- end -}}
{{- if and (eq .Values.gpu.mode "dra") (semverCompare "<1.34.0-0" .Capabilities.KubeVersion.Version) -}}
{{- fail (printf "gpu.mode is dra, and resource.k8s.io/v1 needs Kubernetes 1.34 or newer; this is %s." .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}

{{- define "autoglm.validateAutoscaling" -}}
{{- range $group := include "autoglm.groups" . | fromJsonArray -}}
{{- range $backend := $group.backends -}}
{{- $scaling := $backend.autoscaling -}}
{{- if $scaling.enabled -}}
{{- if gt (int $scaling.minReplicas) (int $scaling.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas %d is more than maxReplicas %d." $backend.kind (int $scaling.minReplicas) (int $scaling.maxReplicas)) -}}
{{- end -}}
{{- if and (eq $.Values.autoscaling.by "keda") (not $.Values.autoscaling.prometheus.serverAddress) -}}
{{- fail (printf "%s.autoscaling is on by keda, and autoscaling.prometheus.serverAddress does not say which Prometheus to ask." $backend.kind) -}}
{{- end -}}
{{- if eq (int $scaling.minReplicas) 0 -}}
{{- if eq $backend.kind "decoder" -}}
{{- fail "decoder.autoscaling.minReplicas is 0: every request needs a decoder, so keep at least one." -}}
{{- end -}}
{{- if ne $.Values.autoscaling.by "keda" -}}
{{- fail (printf "%s.autoscaling.minReplicas is 0, which a plain HorizontalPodAutoscaler cannot do: set autoscaling.by to keda." $backend.kind) -}}
{{- end -}}
{{- if not $.Values.encoder.wakeTimeout -}}
{{- fail (printf "%s.autoscaling.minReplicas is 0, and encoder.wakeTimeout does not say how long requests wait for the first pod: without it they would be refused." $backend.kind) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.gateway.autoscaling.enabled (gt (int .Values.gateway.autoscaling.minReplicas) (int .Values.gateway.autoscaling.maxReplicas)) -}}
{{- fail (printf "gateway.autoscaling.minReplicas %d is more than maxReplicas %d." (int .Values.gateway.autoscaling.minReplicas) (int .Values.gateway.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- end -}}

{{- define "autoglm.validateNetwork" -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled is true, and httpRoute.parentRefs names no Gateway to attach to." -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled is true, and ingress.hosts names no host." -}}
{{- end -}}
{{- $given := and .Values.tls.existingSecrets.gateway .Values.tls.existingSecrets.backend -}}
{{- $anyGiven := or .Values.tls.existingSecrets.gateway .Values.tls.existingSecrets.backend -}}
{{- if .Values.tls.enabled -}}
{{- if and .Values.tls.certManager.enabled $anyGiven -}}
{{- fail "tls.certManager.enabled and tls.existingSecrets both say where certificates come from: set one of the two." -}}
{{- end -}}
{{- if not (or .Values.tls.certManager.enabled $given) -}}
{{- fail "tls.enabled is true, and nothing says where certificates come from: set tls.certManager.enabled, or both of tls.existingSecrets.gateway and tls.existingSecrets.backend." -}}
{{- end -}}
{{- else if or .Values.tls.certManager.enabled $anyGiven -}}
{{- fail "There are certificates for connections between services, and tls.enabled is false: set it to true, or take the certificates away." -}}
{{- end -}}
{{- end -}}

{{/* What the chart sets itself cannot be set a second time, nor by a key that would override it or that its ports rest on. */}}
{{- define "autoglm.validateConfig" -}}
{{- range $key := concat (keys (include "autoglm.gatewayConfig" . | fromJson)) (list "autoglm.http.port" "quarkus.management.port") -}}
{{- if hasKey $.Values.gateway.config $key -}}
{{- fail (printf "gateway.config sets %s, which the chart sets itself." $key) -}}
{{- end -}}
{{- end -}}
{{- include "autoglm.validateKeys" (dict "root" . "config" .Values.gateway.config "value" "gateway" "service" "gateway") -}}
{{- range $group := include "autoglm.groups" . | fromJsonArray -}}
{{- range $backend := $group.backends -}}
{{- $wired := list "quarkus.management.port" "quarkus.grpc.server.port" -}}
{{- range $override := list "bundle" "engine" "served-name" -}}
{{- $wired = append $wired (printf "autoglm.%s.%s" $backend.component $override) -}}
{{- end -}}
{{- range $key := concat $wired (keys (include "autoglm.backendConfig" (dict "root" $ "group" $group "backend" $backend) | fromJson)) -}}
{{- if hasKey $backend.config $key -}}
{{- fail (printf "%s.config sets %s, which the chart sets itself." $backend.kind $key) -}}
{{- end -}}
{{- end -}}
{{- include "autoglm.validateKeys" (dict "root" $ "config" $backend.config "value" $backend.kind "service" $backend.component) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
A key of ours that its service does not read would be without effect, as a misspelled one; other keys are Quarkus' own.
files/keys has what each service reads. Takes root, config, value, service.
*/}}
{{- define "autoglm.validateKeys" -}}
{{- $known := .root.Files.Lines (printf "files/keys/%s.txt" .service) -}}
{{- range $key := keys .config | sortAlpha -}}
{{- if and (hasPrefix "autoglm." $key) (not (has $key $known)) -}}
{{- fail (printf "%s.config sets %s, which no %s reads: docs/operations.md has its keys." $.value $key $.service) -}}
{{- end -}}
{{- end -}}
{{- end -}}
