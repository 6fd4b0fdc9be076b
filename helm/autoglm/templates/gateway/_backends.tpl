{{/* Where the backends of a kind are, of all models: what the gateway's autoglm.backends.<component> takes. Takes root, component. */}}
{{- define "autoglm.backendTargets" -}}
{{- $targets := list -}}
{{- range $group := include "autoglm.groups" .root | fromJsonArray -}}
{{- range $backend := $group.backends -}}
{{- if eq $backend.component $.component -}}
{{- $service := include "autoglm.groupName" (dict "root" $.root "component" $backend.component "group" $group) -}}
{{- $targets = append $targets (printf "%s:%s:%d" $.root.Values.gateway.discovery $service (int $backend.port)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{ join "," $targets }}
{{- end -}}

{{/* Configuration keys of the gateway that the chart sets itself, as JSON. */}}
{{- define "autoglm.gatewayConfig" -}}
{{- $config := dict
  "autoglm.http.shutdown-grace" (printf "%ds" (int .Values.gateway.drainSeconds))
  "autoglm.http.shutdown-delay" (printf "%ds" (int .Values.gateway.leaveSeconds))
  "autoglm.http.shutdown-linger" "5s"
  "autoglm.model.file" "/etc/autoglm/models/models"
  "autoglm.admission.gateways" (printf "%s:%s-gateway-management:9100" .Values.gateway.discovery (include "autoglm.fullname" .))
-}}
{{- range $component := list "vision-encoder" "audio-encoder" "decoder" -}}
{{- $targets := include "autoglm.backendTargets" (dict "root" $ "component" $component) -}}
{{- if $targets -}}
{{- $_ := set $config (printf "autoglm.backends.%s" $component) $targets -}}
{{- end -}}
{{- end -}}
{{- range $group := include "autoglm.groups" . | fromJsonArray -}}
{{- if $group.aliases -}}
{{- $_ := set $config "autoglm.model.served-name" $group.servedName -}}
{{- $_ := set $config "autoglm.model.aliases" (join "," $group.aliases) -}}
{{- end -}}
{{- end -}}
{{- with .Values.encoder.wakeTimeout -}}
{{- $_ := set $config "autoglm.backends.encoder-wake-timeout" . -}}
{{- end -}}
{{- if .Values.tls.enabled -}}
{{- range $file, $path := dict "certificate" "/tls/tls.crt" "key" "/tls/tls.key" "authority" "/tls/ca.crt" -}}
{{- $_ := set $config (printf "autoglm.backends.tls.%s" $file) $path -}}
{{- end -}}
{{- end -}}
{{- if not .Values.apiKeys.open -}}
{{- $_ := set $config "autoglm.http.api-key-file" "/etc/autoglm/keys/api-keys" -}}
{{- end -}}
{{- if .Values.gateway.tlsSecret -}}
{{- $_ := set $config "autoglm.http.tls.certificate" "/etc/autoglm/certificate/tls.crt" -}}
{{- $_ := set $config "autoglm.http.tls.key" "/etc/autoglm/certificate/tls.key" -}}
{{- end -}}
{{- toJson $config -}}
{{- end -}}
