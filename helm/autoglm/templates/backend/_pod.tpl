{{/* The pod of a backend. Takes root, group, backend. */}}
{{- define "autoglm.backendPod" -}}
{{- $root := .root -}}
{{- $group := .group -}}
{{- $backend := .backend -}}
{{- $values := $root.Values -}}
{{- $onGpu := eq $backend.device "gpu" -}}
metadata:
  labels:
    {{- include "autoglm.podLabels" (dict "root" $root "component" $backend.component "group" $group) | nindent 4 }}
    {{- with $backend.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with $backend.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "autoglm.fullname" $root }}-backend
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "autoglm.graceSeconds" $backend }}
  {{- include "autoglm.podSettings" (dict "root" $root "settings" $backend) | nindent 2 }}
  {{- if and $onGpu $values.gpu.runtimeClassName }}
  runtimeClassName: {{ $values.gpu.runtimeClassName }}
  {{- end }}
  {{- $nodes := $backend.nodeSelector }}
  {{- if and $onGpu (eq $values.gpu.mode "devicePlugin") }}
  {{- $nodes = merge (deepCopy $nodes) $values.gpu.nodeSelector }}
  {{- end }}
  {{- with $nodes }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with concat $backend.tolerations (ternary $values.gpu.tolerations list $onGpu) }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $backend.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- range . }}
    - {{ toYaml . | indent 6 | trim }}
      labelSelector:
        matchLabels:
          {{- include "autoglm.selectorLabels" (dict "root" $root "component" $backend.component "group" $group) | nindent 10 }}
    {{- end }}
  {{- end }}
  {{- if and $onGpu (eq $values.gpu.mode "dra") }}
  resourceClaims:
    - name: gpu
      resourceClaimTemplateName: {{ include "autoglm.groupName" (dict "root" $root "component" $backend.component "group" $group) }}
  {{- end }}
  initContainers:
    - {{ include "autoglm.bundleContainer" (dict "root" $root "group" $group "volume" "bundle" "folder" "/model" "name" "bundle") | indent 6 | trim }}
    {{- if $onGpu }}
    - {{ include "autoglm.engineContainer" . | indent 6 | trim }}
    {{- end }}
  containers:
    - name: {{ $backend.component }}
      image: {{ include "autoglm.image" (dict "root" $root "name" $backend.component "device" $backend.device) }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      env:
        {{- include "autoglm.environment" (dict "config" (merge (include "autoglm.backendConfig" . | fromJson) $backend.config) "extra" $backend.extraEnv) | nindent 8 }}
        {{- if $onGpu }}
        {{- include "autoglm.engineEnvironment" . | nindent 8 }}
        {{- end }}
      ports:
        - name: grpc
          containerPort: {{ $backend.port }}
        - name: management
          containerPort: {{ $backend.managementPort }}
      {{- include "autoglm.probes" $backend | nindent 6 }}
      {{- include "autoglm.preStop" $backend | nindent 6 }}
      resources:
        {{- include "autoglm.backendResources" (dict "root" $root "backend" $backend "resources" $backend.resources) | nindent 8 }}
      securityContext:
        {{- toYaml $values.containerSecurityContext | nindent 8 }}
      volumeMounts:
        - name: bundle
          mountPath: /model
          readOnly: true
        {{- if $onGpu }}
        - name: engines
          mountPath: /engines
        - name: plan-key
          mountPath: /plan-key
          readOnly: true
        {{- end }}
        {{- if $values.tls.enabled }}
        - name: tls
          mountPath: /tls
          readOnly: true
        {{- end }}
  volumes:
    - {{ include "autoglm.bundleVolume" (dict "root" $root "group" $group "name" "bundle") | indent 6 | trim }}
    {{- if $onGpu }}
    {{- if not $backend.ownsEngines }}
    - name: engines
      persistentVolumeClaim:
        claimName: {{ include "autoglm.groupName" (dict "root" $root "component" (printf "%s-engines" $backend.component) "group" $group) }}
    {{- end }}
    - name: plan-key
      secret:
        secretName: {{ include "autoglm.secretName" (dict "root" $root "existing" $values.engineCache.planKey.existingSecret "suffix" "plan-key") }}
        items:
          - key: {{ $values.engineCache.planKey.key }}
            path: key
    {{- end }}
    {{- if $values.tls.enabled }}
    - name: tls
      secret:
        secretName: {{ include "autoglm.secretName" (dict "root" $root "existing" $values.tls.existingSecrets.backend "suffix" "backend-tls") }}
    {{- end }}
{{- end -}}

{{/* Configuration keys of a backend that the chart sets itself, as JSON. Takes root, group, backend. */}}
{{- define "autoglm.backendConfig" -}}
{{- $config := dict
  "autoglm.bundle" (include "autoglm.bundlePath" (dict "group" .group "folder" "/model"))
  "autoglm.model.served-name" .group.servedName
  "autoglm.engine" (ternary "tensorrt" "onnxruntime" (eq .backend.device "gpu"))
-}}
{{- $_ := set $config (printf "autoglm.%s.shutdown-delay" .backend.component) (printf "%ds" (int .backend.leaveSeconds)) -}}
{{- $_ := set $config (printf "autoglm.%s.shutdown-grace" .backend.component) (printf "%ds" (int .backend.drainSeconds)) -}}
{{- if .root.Values.tls.enabled -}}
{{- range $file, $path := dict "certificate" "/tls/tls.crt" "key" "/tls/tls.key" "authority" "/tls/ca.crt" -}}
{{- $_ := set $config (printf "autoglm.%s.tls.%s" $.backend.component $file) $path -}}
{{- end -}}
{{- end -}}
{{- toJson $config -}}
{{- end -}}

{{/*
The init container that builds the TensorRT engine of a backend's part where its cache has none for this bundle, card and
driver: it asks for the card too, and for the memory that a build takes. Takes root, group, backend.
*/}}
{{- define "autoglm.engineContainer" -}}
{{- $values := .root.Values -}}
name: engine
image: {{ include "autoglm.image" (dict "root" .root "name" "engine-builder" "device" "gpu") }}
imagePullPolicy: {{ $values.image.pullPolicy }}
args:
  - build-engine
  - {{ include "autoglm.bundlePath" (dict "group" .group "folder" "/model") }}
  - --part={{ .backend.component }}
  {{- if eq .backend.kind "decoder" }}
  - --part=fusion
  {{- end }}
  {{- range $option := list "max-num-seqs" "resume-slots" "max-model-len" "prefill-chunk" }}
  {{- $key := printf "autoglm.decoder.%s" $option }}
  {{- if hasKey $.backend.config $key }}
  - --{{ $option }}={{ include "autoglm.text" (index $.backend.config $key) }}
  {{- end }}
  {{- end }}
env:
  {{- include "autoglm.engineEnvironment" . | nindent 2 }}
resources:
  {{- include "autoglm.backendResources" (dict "root" .root "backend" .backend "resources" $values.build.resources) | nindent 2 }}
securityContext:
  {{- toYaml $values.containerSecurityContext | nindent 2 }}
volumeMounts:
  - name: bundle
    mountPath: /model
    readOnly: true
  - name: engines
    mountPath: /engines
  - name: plan-key
    mountPath: /plan-key
    readOnly: true
{{- end -}}

{{/* Where engines are, and the key that vouches for them: the same where they are built and where they are loaded. */}}
{{- define "autoglm.engineEnvironment" -}}
- name: AUTOGLM_ENGINE_FOLDER
  value: /engines
- name: AUTOGLM_PLAN_KEY_FILE
  value: /plan-key/key
{{- end -}}

{{/* Resources with the card of a backend on a GPU. Takes root, backend, resources. */}}
{{- define "autoglm.backendResources" -}}
{{- $gpu := .root.Values.gpu -}}
{{- $resources := deepCopy .resources -}}
{{- if eq .backend.device "gpu" -}}
{{- if eq $gpu.mode "dra" -}}
{{- $_ := set $resources "claims" (list (dict "name" "gpu")) -}}
{{- else -}}
{{- $_ := set $resources "limits" (set ($resources.limits | default dict) $gpu.resource 1) -}}
{{- end -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}
