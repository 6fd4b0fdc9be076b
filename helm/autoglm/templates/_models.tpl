{{/*
Changes the map `on` as the map `by` says, key by key, also where that is 0, false or empty (which sprig's
mergeOverwrite passes over).
*/}}
{{- define "autoglm.overlay" -}}
{{- range $key, $value := .by -}}
{{- $under := index $.on $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $under) -}}
{{- include "autoglm.overlay" (dict "on" $under "by" $value) -}}
{{- else -}}
{{- $_ := set $.on $key (deepCopy (dict "value" $value)).value -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/*
The models to serve as a JSON array, one group of workloads each: `model` overlaid with an entry of `models`, its `id`
(the first eight digits of the bundleId, which all its names end in), and its backends.
*/}}
{{- define "autoglm.groups" -}}
{{- $groups := list -}}
{{- range $entry := .Values.models | default (list dict) -}}
{{- $group := deepCopy $.Values.model -}}
{{- include "autoglm.overlay" (dict "on" $group "by" (omit $entry "vision" "audio" "decoder")) -}}
{{- $_ := set $group "id" (trunc 8 $group.bundleId) -}}
{{- $backends := list -}}
{{- range $kind := list "vision" "audio" "decoder" -}}
{{- $backend := deepCopy (index $.Values $kind) -}}
{{- include "autoglm.overlay" (dict "on" $backend "by" (index $entry $kind | default dict)) -}}
{{- $_ := set $backend "kind" $kind -}}
{{- $_ := set $backend "component" (index (dict "vision" "vision-encoder" "audio" "audio-encoder" "decoder" "decoder") $kind) -}}
{{- $_ := set $backend "port" (index (dict "vision" 9001 "audio" 9002 "decoder" 9003) $kind) -}}
{{- $_ := set $backend "managementPort" (index (dict "vision" 9101 "audio" 9102 "decoder" 9103) $kind) -}}
{{- $_ := set $backend "ownsEngines" (and (eq $backend.device "gpu") (eq $.Values.engineCache.scope "replica")) -}}
{{- if or (eq $kind "decoder") $backend.enabled -}}
{{- $backends = append $backends $backend -}}
{{- end -}}
{{- end -}}
{{- $_ := set $group "backends" $backends -}}
{{- $groups = append $groups $group -}}
{{- end -}}
{{ toJson $groups }}
{{- end -}}

{{/* Whether a job has to make the bundle before it can be mounted. Takes a group; empty is no. */}}
{{- define "autoglm.isProvisioned" -}}
{{- if or (eq .source "https") (and (ne .source "embedded") (eq .format "checkpoint")) -}}yes{{- end -}}
{{- end -}}

{{/* Where a group's bundle is, when its volume is mounted at a folder. Takes group and folder. */}}
{{- define "autoglm.bundlePath" -}}
{{- $group := .group -}}
{{- if or (eq $group.source "embedded") (include "autoglm.isProvisioned" $group) -}}
{{ .folder }}/bundle
{{- else -}}
{{ list .folder (index $group $group.source).path | compact | join "/" }}
{{- end -}}
{{- end -}}

{{/* The volume that holds a group's bundle. Takes root, group, name. */}}
{{- define "autoglm.bundleVolume" -}}
{{- $group := .group -}}
name: {{ .name }}
{{- if eq $group.source "embedded" }}
emptyDir:
  sizeLimit: 1Gi
{{- else if include "autoglm.isProvisioned" $group }}
persistentVolumeClaim:
  claimName: {{ include "autoglm.groupName" (dict "root" .root "component" "bundle" "group" $group) }}
  readOnly: true
{{- else }}
{{ include "autoglm.sourceVolume" $group }}
{{- end }}
{{- end -}}

{{/* What stands after a volume's name for a claim or an image that the values name. Takes a group. */}}
{{- define "autoglm.sourceVolume" -}}
{{- if eq .source "image" -}}
image:
  reference: {{ .image.reference | quote }}
  pullPolicy: {{ .image.pullPolicy }}
{{- else -}}
persistentVolumeClaim:
  claimName: {{ .pvc.claimName | quote }}
  readOnly: true
{{- end -}}
{{- end -}}

{{/*
The init container that ends once the bundle is there and is the one that the values name.
Takes root, group, volume (its name), folder, name.
*/}}
{{- define "autoglm.bundleContainer" -}}
{{- $group := .group -}}
name: {{ .name }}
image: {{ include "autoglm.image" (dict "root" .root "name" "compiler") }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
args:
{{- if eq $group.source "embedded" }}
  - provision
  - {{ include "autoglm.bundlePath" (dict "group" $group "folder" .folder) }}
  - --checkpoint=/opt/autoglm/model
  - --bundle-id={{ $group.bundleId }}
  - --precision={{ $group.compile.precision }}
  - --content-format={{ $group.compile.contentFormat }}
{{- else }}
  - await-bundle
  - {{ include "autoglm.bundlePath" (dict "group" $group "folder" .folder) }}
  - --bundle-id={{ $group.bundleId }}
  - --timeout={{ .root.Values.compile.waitTimeout }}
{{- end }}
resources:
  {{- toYaml .root.Values.compile.waitResources | nindent 2 }}
securityContext:
  {{- toYaml .root.Values.containerSecurityContext | nindent 2 }}
volumeMounts:
  - name: {{ .volume }}
    mountPath: {{ .folder }}
    {{- if ne $group.source "embedded" }}
    readOnly: true
    {{- end }}
{{- end -}}
