{{/* Name of the release's objects, without what tells them apart. */}}
{{- define "autoglm.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride }}
{{- else if contains "autoglm" .Release.Name -}}
{{ .Release.Name }}
{{- else -}}
{{ .Release.Name }}-autoglm
{{- end -}}
{{- end -}}

{{/*
Labels that select pods: they never change in the life of an object, so no version is among them.
Takes root, component, and for what belongs to a model its group.
*/}}
{{- define "autoglm.selectorLabels" -}}
app.kubernetes.io/name: autoglm
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- with .group }}
autoglm/bundle: {{ .id | quote }}
{{- end }}
{{- end -}}

{{/* Labels of every object. Takes root, component, and a group where there is one. */}}
{{- define "autoglm.labels" -}}
{{ include "autoglm.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: autoglm
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Labels of pods: nothing that changes with a chart that runs the same thing. Takes root, component, group. */}}
{{- define "autoglm.podLabels" -}}
{{ include "autoglm.selectorLabels" . }}
app.kubernetes.io/part-of: autoglm
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Name of what belongs to one component of one model. Takes root, component, group. */}}
{{- define "autoglm.groupName" -}}
{{ include "autoglm.fullname" .root }}-{{ .component }}-{{ .group.id }}
{{- end -}}

{{/* An image by component; takes root, name, and device (gpu or cpu). A digest wins over the tag. */}}
{{- define "autoglm.image" -}}
{{- $image := .root.Values.image -}}
{{- $repository := printf "%s/%s" (list $image.registry $image.prefix | compact | join "/") .name -}}
{{- $digest := index $image.digests .name -}}
{{- if $digest -}}
{{ $repository }}@{{ $digest }}
{{- else -}}
{{ $repository }}:{{ $image.tag | default .root.Chart.AppVersion }}{{ if eq (.device | default "cpu") "gpu" }}{{ $image.gpuTagSuffix }}{{ end }}
{{- end -}}
{{- end -}}

{{/* A configuration key as an environment variable: autoglm.http.max-body-size is AUTOGLM_HTTP_MAX_BODY_SIZE. */}}
{{- define "autoglm.environmentName" -}}
{{ . | upper | replace "." "_" | replace "-" "_" }}
{{- end -}}

{{/* Name of a Secret that the values give, or that the chart makes. Takes root, existing, suffix. */}}
{{- define "autoglm.secretName" -}}
{{ .existing | default (printf "%s-%s" (include "autoglm.fullname" .root) .suffix) }}
{{- end -}}
