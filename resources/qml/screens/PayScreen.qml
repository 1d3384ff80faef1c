import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "pay"

FocusScope {
    id: screen
    readonly property var vm: app.pay
    readonly property bool settling: vm.terminal === "unknown"

    Keys.onEscapePressed: app.go("sell")
    RowLayout {
        anchors { fill: parent; margins: 24 }
        spacing: 24
        DueCard { Layout.fillHeight: true; Layout.preferredWidth: Math.round(Math.min(340 * Math.min(1.3, Theme.scale), screen.width * 0.34)); vm: screen.vm }
        ColumnLayout {
            Layout.fillHeight: true
            Layout.fillWidth: true
            spacing: 16
            Banner {
                Layout.fillWidth: true
                detail: screen.vm.failure.next_step || ""
                closable: true
                meaning: "problem"
                title: screen.vm.failure.message || ""
                visible: !!screen.vm.failure.code
                onClosed: screen.vm.forgive()
            }
            SettleTerminal { Layout.fillWidth: true; visible: screen.settling; vm: screen.vm }
            GridLayout {
                Layout.fillHeight: false
                Layout.fillWidth: true
                columnSpacing: 8
                columns: Math.max(1, Math.min(screen.vm.options.length, Math.floor(width / (132 * Theme.scale))))
                enabled: !screen.settling
                rowSpacing: 8
                uniformCellWidths: true
                Repeater {
                    model: screen.vm.options
                    TenderButton {
                        required property var modelData
                        Layout.fillHeight: true
                        Layout.fillWidth: true
                        allowed: modelData.allowed
                        chosen: screen.vm.kind === modelData.kind
                        kind: modelData.kind
                        reason: modelData.reason || ""
                        onClicked: screen.vm.choose(kind)
                    }
                }
            }
            Flickable {
                id: flick
                Layout.fillHeight: true
                Layout.fillWidth: true
                boundsBehavior: Flickable.StopAtBounds
                clip: true
                contentHeight: form.height
                enabled: !screen.settling
                opacity: enabled ? 1 : 0.5
                ScrollBar.vertical: ScrollBar { }
                Loader {
                    id: form
                    readonly property var vm: screen.vm
                    height: Math.max(item ? item.implicitHeight : 0, flick.height)
                    source: screen.vm.kind === "cash" ? "pay/CashForm.qml" : "pay/ReferenceForm.qml"
                    width: flick.width
                }
            }
        }
    }
}
