{{/* How gateways call a bundle in their meters. Takes a group. */}}
{{- define "autoglm.bundleLabel" -}}
{{ trunc 12 .bundleId }}
{{- end -}}

{{/* The gauge that tells what waits for a backend of this kind or is being worked on, as gateways measure it. */}}
{{- define "autoglm.demandMetric" -}}
{{ index (dict "vision" "autoglm_pending_patches" "audio" "autoglm_pending_frames" "decoder" "autoglm_pending_requests") .kind }}
{{- end -}}

{{/*
What waits for the backends of one model, over all gateways. A mean of a minute: one burst starts no pod, and what a
gateway that is gone has told counts for a minute at most. Takes root, group, backend.
*/}}
{{- define "autoglm.demandQuery" -}}
{{- $matchers := list (printf "bundle=%q" (include "autoglm.bundleLabel" .group)) -}}
{{- range $label, $value := .root.Values.autoscaling.prometheus.matchLabels | default (dict "namespace" .root.Release.Namespace) -}}
{{- $matchers = append $matchers (printf "%s=%q" $label $value) -}}
{{- end -}}
sum(avg_over_time({{ include "autoglm.demandMetric" .backend }}{ {{- join "," $matchers -}} }[1m]))
{{- end -}}

{{/* One pod a step, and down only after the window. Takes the autoscaling values. */}}
{{- define "autoglm.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - type: Pods
      value: 1
      periodSeconds: {{ .upPeriodSeconds }}
scaleDown:
  stabilizationWindowSeconds: {{ .downWindowSeconds }}
  policies:
    - type: Pods
      value: 1
      periodSeconds: 60
{{- end -}}
