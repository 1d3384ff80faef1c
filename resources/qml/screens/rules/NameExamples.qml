import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The store's own products that the rules change, before and after.
Panel {
    id: panel
    required property var vm

    title: qsTr("What changes here")
    AppText { Layout.fillWidth: true; muted: true; text: qsTr("These rules change no product of this store."); visible: panel.vm.examples.length === 0; wrapMode: Text.Wrap }
    Repeater {
        model: panel.vm.examples
        ColumnLayout {
            id: example
            required property var modelData
            Layout.fillWidth: true
            spacing: 2
            AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; muted: true; text: qsTr("Before: %1").arg(example.modelData.before); visible: example.modelData.before !== example.modelData.after; wrapMode: Text.Wrap }
            AppText { Layout.fillWidth: true; strong: true; text: example.modelData.after; wrapMode: Text.Wrap }
            AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; text: example.modelData.shelf ? [example.modelData.platform_category, example.modelData.shelf].filter(text => text).join("  →  ") : ""; visible: text; wrapMode: Text.Wrap }
            Rectangle { Layout.fillWidth: true; Layout.topMargin: 6; color: Theme.line; implicitHeight: 1 }
        }
    }
}
