import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// All that is known of one product, its kinds, and the weight of weighed goods.
Sheet {
    id: sheet
    required property var vm
    readonly property var product: vm.choosing
    readonly property var variants: product.variants || []
    readonly property bool weighed: variants.some(row => row.weighed)

    subtitle: weighed ? qsTr("Enter the weight, then choose.") : variants.length > 1 ? qsTr("Which one?") : product.subtitle || ""
    title: product.title || ""
    visible: !!product.id
    onClosed: vm.close_sheet()
    onOpened: { weight.clear(); if (weighed) weight.forceActiveFocus(); else list.forceActiveFocus() }

    Field {
        id: weight
        Layout.fillWidth: true
        iconName: "scale"
        inputMethodHints: Qt.ImhFormattedNumbersOnly
        label: qsTr("Weight in %1").arg(sheet.weighed ? sheet.variants[0].unit : "")
        visible: sheet.weighed
        wrong: text !== "" && sheet.variants.every(row => row.weighed && sheet.vm.weight_problem(row.id, text) !== "")
        onAccepted: if (sheet.variants.length === 1 && text && !wrong) sheet.vm.take(sheet.variants[0].id, text.replace(",", "."))
    }
    ListView {
        id: list
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        keyNavigationEnabled: true
        model: sheet.variants
        spacing: 8
        ScrollBar.vertical: ScrollBar { policy: list.contentHeight > list.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
        header: ProductFacts { facts: sheet.product.facts || ({}); width: list.width }
        delegate: VariantRow {
            required property var modelData
            row: modelData
            typed: weight.text
            vm: sheet.vm
            width: list.width
            onTierChosen: quantity => { weight.text = fmt.quantity(quantity); weight.forceActiveFocus() }
        }
    }
}
